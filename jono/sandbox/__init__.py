"""A Shopify store on your machine: the real schema, real cursors, a real cost bucket, made-up goods and people."""
