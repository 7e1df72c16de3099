# bench/comparison - what bench/compare is made of.
