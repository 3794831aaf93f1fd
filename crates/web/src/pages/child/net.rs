//! Where the boxes and lines of the picture of children missing together go. No line runs through a child's box, so that
//! none seems to tie a child it has nothing to do with.

/// A point, in the picture's own units: right, then down.
pub(super) type Point = (f64, f64);

/// Width of the picture.
pub(super) const WIDTH: f64 = 720.0;
/// Width and height of a child's box.
pub(super) const BOX: Point = (168.0, 46.0);
/// From the middle of a row of boxes to the next.
const ROW: f64 = 78.0;
/// Above the first row and below the last, for lines led round a box.
const MARGIN: f64 = 24.0;
/// Left free round a box that a line is led past.
const CLEAR: f64 = 5.0;
/// How far a line is bent at a time, and how often further.
const BEND: f64 = 22.0;
const BENDS: i32 = 16;

/// The middles of the boxes: the child asked about in the middle, then the others left and right in turn, in the order
/// given.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Net {
    middles: Vec<Point>,
}

impl Net {
    pub(super) fn new(others: usize) -> Self {
        let rows = others.div_ceil(2).max(1);
        let own = (WIDTH / 2.0, MARGIN + rows as f64 * ROW / 2.0);
        let other = |number: usize| {
            let x = if number.is_multiple_of(2) { BOX.0 / 2.0 + CLEAR } else { WIDTH - BOX.0 / 2.0 - CLEAR };
            (x, MARGIN + ROW * ((number / 2) as f64 + 0.5))
        };
        Self { middles: std::iter::once(own).chain((0..others).map(other)).collect() }
    }

    /// The height that holds them all.
    pub(super) fn height(&self) -> f64 {
        self.middles.iter().map(|middle| middle.1).fold(0.0, f64::max) + ROW / 2.0 + MARGIN
    }

    /// The middle of a child's box; 0 is the child asked about.
    pub(super) fn middle(&self, child: usize) -> Point {
        self.middles[child]
    }

    /// A line from one child's box to another's: where it begins, the point it bends towards, where it ends.
    pub(super) fn line(&self, from: usize, to: usize) -> [Point; 3] {
        let (start, end) = (self.door(from, to), self.door(to, from));
        let (across, down) = (end.0 - start.0, end.1 - start.1);
        let length = across.hypot(down).max(1.0);
        let bent = |bend: f64| {
            let middle = ((start.0 + end.0) / 2.0, (start.1 + end.1) / 2.0);
            [start, (middle.0 - down / length * bend, middle.1 + across / length * bend), end]
        };
        // In one column the line is an arc, the wider the more boxes it passes.
        let least = if across == 0.0 { (length / ROW).mul_add(30.0, 36.0) } else { 0.0 };
        let ways =
            (0..=BENDS).flat_map(|step| [1.0, -1.0].map(|side| f64::from(step).mul_add(BEND, least) * side));
        ways.map(bent).find(|line| self.is_clear(line)).unwrap_or_else(|| bent(0.0))
    }

    /// The middle of the side of a box that faces the other child; of two in one column, the side towards the middle.
    fn door(&self, of: usize, towards: usize) -> Point {
        let (x, y) = self.middles[of];
        let other = self.middles[towards].0;
        let right = if other == x { x < WIDTH / 2.0 } else { other > x };
        (if right { x + BOX.0 / 2.0 } else { x - BOX.0 / 2.0 }, y)
    }

    /// Whether a line stays in the picture and out of every box; it may touch the two it ties.
    fn is_clear(&self, line: &[Point; 3]) -> bool {
        let inside = |(x, y): Point| {
            let near = |middle: &Point| {
                let ends = [line[0], line[2]].iter().any(|end| is_in(*middle, *end, 0.0));
                is_in(*middle, (x, y), if ends { -0.5 } else { CLEAR })
            };
            (1.0..=WIDTH - 1.0).contains(&x)
                && (1.0..=self.height() - 1.0).contains(&y)
                && !self.middles.iter().any(near)
        };
        (0..=STEPS).all(|step| inside(along(line, f64::from(step) / f64::from(STEPS))))
    }
}

/// Places of a line looked at: a few units apart on the longest.
const STEPS: u32 = 160;

fn is_in(middle: Point, (x, y): Point, clear: f64) -> bool {
    (x - middle.0).abs() <= BOX.0 / 2.0 + clear && (y - middle.1).abs() <= BOX.1 / 2.0 + clear
}

/// The place on a line at a share of its way: a quadratic curve.
fn along([start, bend, end]: &[Point; 3], share: f64) -> Point {
    let rest = 1.0 - share;
    let at = |a: f64, b: f64, c: f64| rest * rest * a + 2.0 * rest * share * b + share * share * c;
    (at(start.0, bend.0, end.0), at(start.1, bend.1, end.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Between any two children of a picture of any size that is drawn.
    #[test]
    fn no_line_runs_through_a_box_and_no_box_stands_on_another() {
        for others in 1..=12 {
            let net = Net::new(others);
            for a in 0..=others {
                for b in a + 1..=others {
                    let (p, q) = (net.middle(a), net.middle(b));
                    assert!((p.0 - q.0).abs() > BOX.0 || (p.1 - q.1).abs() > BOX.1, "{a} on {b} of {others}");
                    let line = net.line(a, b);
                    for step in 1..1000 {
                        let place = along(&line, f64::from(step) / 1000.0);
                        let hit = (0..=others).find(|&child| is_in(net.middle(child), place, -1.0));
                        assert_eq!(hit, None, "{a} to {b} of {others}");
                        assert!((0.0..=WIDTH).contains(&place.0) && (0.0..=net.height()).contains(&place.1));
                    }
                }
            }
        }
    }

    #[test]
    fn a_line_is_straight_where_nothing_stands_between() {
        let net = Net::new(4);
        let [start, bend, end] = net.line(0, 1);
        assert_eq!(bend, ((start.0 + end.0) / 2.0, (start.1 + end.1) / 2.0));
    }
}
