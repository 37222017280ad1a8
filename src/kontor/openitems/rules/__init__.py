"""What open items calculate: pure functions over frozen values; one file per noun."""
