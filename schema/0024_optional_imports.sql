-- What files say of hours (0023). It stands before 0025, which asks for it, so that rollback undoes that one first.
CREATE OR REPLACE VIEW file_hours AS
SELECT * EXCEPT of_file FROM token_hours_computed WHERE of_file AND fills > 0;
