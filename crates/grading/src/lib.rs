//! Risk rules as data: three-valued evaluation, explanation, replay, nearest flip.
