-- What became of it, for the customer's own people. In Oracle the binds need no casts: :SENT_AT is a time.
UPDATE statement
SET send_status = :SEND_STATUS,
    message_id  = :MESSAGE_ID,
    sent_at     = :SENT_AT,
    error_code  = :ERROR_CODE,
    mail_id     = :MAIL_ID,
    run_id      = :RUN_ID
WHERE customer_id = :customer_id
  AND statement_month = :statement_month
