-- Who is due: statements of the month that have not been sent.
SELECT s.customer_id, s.statement_month, c.email
FROM statement s
JOIN customer c ON c.customer_id = s.customer_id
WHERE s.statement_month = '202610'
  AND s.send_status IS NULL
ORDER BY s.customer_id
