"""The reseller programme: applications, terms, resellers, clients, the price list, cases."""
