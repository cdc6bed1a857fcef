-- As in 0025. Settings hold for the one SELECT that they stand in: there they stood in the last, of files. What is asked of hours or tokens is looked at before rows are merged.
CREATE OR REPLACE VIEW token_hours AS
SELECT * EXCEPT version FROM token_hours_kept FINAL WHERE fills > 0
SETTINGS do_not_merge_across_partitions_select_final = 1, optimize_move_to_prewhere_if_final = 1
UNION ALL
SELECT * FROM file_hours;
