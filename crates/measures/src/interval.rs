//! A part of a whole, with how sure one can be of it.

/// A part of a whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    /// The part; at most the whole.
    pub part: u64,
    /// The whole.
    pub whole: u64,
}

impl Share {
    /// How many of 100; none of nothing.
    #[must_use]
    pub fn per_100(self) -> Option<f64> {
        (self.whole > 0).then(|| 100.0 * self.part as f64 / self.whole as f64)
    }

    /// The 95 % interval, for 100, by Wilson's score method: sound for small counts and for zero.
    #[must_use]
    pub fn interval(self) -> Option<(f64, f64)> {
        const Z: f64 = 1.959_963_984_540_054;
        if self.whole == 0 {
            return None;
        }
        let n = self.whole as f64;
        let p = self.part as f64 / n;
        let middle = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
        let half = Z / (1.0 + Z * Z / n) * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        Some((100.0 * (middle - half).max(0.0), 100.0 * (middle + half).min(1.0)))
    }
}
