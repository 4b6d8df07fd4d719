"""A marketplace that answers as Shopify, WooCommerce, eBay and others do, and misbehaves when asked to."""
