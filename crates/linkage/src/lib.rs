//! Who is who: the same child across records, with every weight explained.
