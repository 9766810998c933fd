"""执法台账 (notice 五.9): one line a case, filtered, exported, and frozen by month."""
