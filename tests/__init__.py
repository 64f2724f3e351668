"""Stories, races, house rules: the tests that look at the whole."""
