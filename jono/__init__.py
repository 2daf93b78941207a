"""Jono keeps a Shopify store and an ERP in step, in the background and on a schedule."""
