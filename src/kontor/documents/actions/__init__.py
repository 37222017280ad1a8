"""Taking files in, showing their pages, having them read, tidying up."""
