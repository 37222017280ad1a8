"""The template tags by kind; `{% load kontor %}` loads all of them."""
