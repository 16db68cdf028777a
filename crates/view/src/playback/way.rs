//! An orthogonal way measured by distance.

use hopscope_layout::{Point, Rect};

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Way {
    pub points: Vec<Point>,
}

impl Way {
    pub fn length(&self) -> f32 {
        self.segments().map(|(a, b)| a.distance(b)).sum()
    }

    fn segments(&self) -> impl Iterator<Item = (Point, Point)> + '_ {
        self.points.iter().zip(self.points.iter().skip(1)).map(|(a, b)| (*a, *b))
    }

    /// The point at a distance from the beginning.
    pub fn at(&self, distance: f32) -> Point {
        let mut left = distance;
        for (a, b) in self.segments() {
            let length = a.distance(b);
            if left <= length && length > 0.0 {
                let share = (left / length).max(0.0);
                return Point::new(a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share);
            }
            left -= length;
        }
        self.points.last().copied().unwrap_or_default()
    }

    /// The way up to a distance.
    pub fn prefix(&self, distance: f32) -> Vec<Point> {
        let mut out: Vec<Point> = self.points.first().copied().into_iter().collect();
        let mut left = distance;
        for (a, b) in self.segments() {
            let length = a.distance(b);
            if left < length {
                break;
            }
            out.push(b);
            left -= length;
        }
        let end = self.at(distance);
        if out.last() != Some(&end) {
            out.push(end);
        }
        out
    }

    /// The distance at which the way first crosses the edge of a rectangle after `from`.
    pub fn crossing(&self, rect: &Rect, from: f32) -> Option<f32> {
        let mut travelled = 0.0;
        for (a, b) in self.segments() {
            let length = a.distance(b);
            let mut cuts: Vec<f32> = Vec::new();
            let mut cut = |edge: f32, start: f32, end: f32| {
                if (start < edge) != (end < edge) && start != end {
                    cuts.push((edge - start) / (end - start) * length);
                }
            };
            if a.x == b.x {
                if rect.x <= a.x && a.x <= rect.right() {
                    cut(rect.y, a.y, b.y);
                    cut(rect.bottom(), a.y, b.y);
                }
            } else if rect.y <= a.y && a.y <= rect.bottom() {
                cut(rect.x, a.x, b.x);
                cut(rect.right(), a.x, b.x);
            }
            let hits = cuts.into_iter().map(|cut| travelled + cut).filter(|at| *at >= from);
            if let Some(hit) = hits.min_by(f32::total_cmp) {
                return Some(hit);
            }
            travelled += length;
        }
        None
    }

    pub fn extend(&mut self, points: impl IntoIterator<Item = Point>) {
        for point in points {
            if self.points.last() != Some(&point) {
                self.points.push(point);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bend() -> Way {
        Way { points: vec![Point::new(0.0, 0.0), Point::new(10.0, 0.0), Point::new(10.0, 20.0)] }
    }

    #[test]
    fn distances_run_along_the_way() {
        assert_eq!(bend().length(), 30.0);
        assert_eq!(bend().at(4.0), Point::new(4.0, 0.0));
        assert_eq!(bend().at(15.0), Point::new(10.0, 5.0));
        assert_eq!(bend().at(99.0), Point::new(10.0, 20.0));
        assert_eq!(bend().prefix(15.0).last(), Some(&Point::new(10.0, 5.0)));
        assert_eq!(Way::default().at(3.0), Point::default());
    }

    #[test]
    fn edges_are_met_where_the_way_crosses_them() {
        let rect = Rect::new(-5.0, -5.0, 12.0, 12.0);
        assert_eq!(bend().crossing(&rect, 0.0), Some(7.0));
        assert_eq!(bend().crossing(&rect, 8.0), None);
        assert_eq!(bend().crossing(&Rect::new(5.0, 10.0, 20.0, 20.0), 0.0), Some(20.0));
    }
}
