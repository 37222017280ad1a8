"""Reading banking; one file per noun."""
