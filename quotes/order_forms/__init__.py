"""Purchase orders filled in from a quote, which its buyer prints on their letterhead."""
