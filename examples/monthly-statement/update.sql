-- What became of it, for the customer's own people.
UPDATE statement
SET send_status = :SEND_STATUS,
    message_id  = :MESSAGE_ID,
    sent_at     = CAST(:SENT_AT AS timestamptz),
    error_code  = :ERROR_CODE,
    mail_id     = :MAIL_ID,
    run_id      = CAST(:RUN_ID AS uuid)
WHERE customer_id = :customer_id
  AND statement_month = :statement_month
