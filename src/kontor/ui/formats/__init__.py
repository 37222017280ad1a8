"""How dates are written: day first in every language of the product."""
