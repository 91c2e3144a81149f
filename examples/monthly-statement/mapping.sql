-- What one recipient's mail says, looked up just before it is sent. The key comes with it: Tank compares it, and never
-- sends one customer's values to another.
SELECT s.customer_id, c.name AS customer_name, s.amount, s.due_date, s.points
FROM statement s
JOIN customer c ON c.customer_id = s.customer_id
WHERE s.customer_id = :customer_id
  AND s.statement_month = :statement_month
