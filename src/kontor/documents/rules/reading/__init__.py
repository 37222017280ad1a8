"""From words with places on a page to proposals: pure."""
