-- As in 0019, with the settings where they hold (0028).
CREATE OR REPLACE VIEW wallet_days AS
SELECT * EXCEPT version FROM wallet_days_kept FINAL WHERE fills > 0
SETTINGS do_not_merge_across_partitions_select_final = 1, optimize_move_to_prewhere_if_final = 1
UNION ALL
SELECT * EXCEPT of_file FROM wallet_days_computed WHERE of_file AND fills > 0
SETTINGS do_not_merge_across_partitions_select_final = 1;
