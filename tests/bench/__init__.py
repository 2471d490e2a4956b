"""`make bench`: the shop beside a frozen reference application, as ratios of one run."""
