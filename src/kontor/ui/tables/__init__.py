"""Tables that are sorted, filtered, paged and summed on the server; everything stands in the address."""
