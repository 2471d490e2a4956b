"""The whole shop: walks over routes, forms, pages and lists; random plays; earlier versions."""
