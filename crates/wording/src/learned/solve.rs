//! Logistic regression with a penalty on large weights, by L-BFGS: the same lessons give the same weights.

/// One lesson as numbers: features with their values, whether it blames, and how much it counts.
pub(super) struct Row {
    pub(super) features: Vec<(u32, f32)>,
    pub(super) blames: bool,
    pub(super) counts: f64,
}

/// Steps kept to guess the curvature.
const MEMORY: usize = 8;

/// Weights of `features` features and the bias, for which `penalty` x losses + half the squared weights is least.
pub(super) fn solve(rows: &[Row], features: usize, penalty: f64, rounds: usize) -> (Vec<f64>, f64) {
    let n = features + 1;
    let mut w = vec![0.0_f64; n];
    let mut slope = vec![0.0_f64; n];
    let mut cost = loss(rows, &w, penalty, &mut slope);
    let mut steps: std::collections::VecDeque<(Vec<f64>, Vec<f64>, f64)> = std::collections::VecDeque::new();
    for _ in 0..rounds {
        let mut d: Vec<f64> = slope.iter().map(|g| -g).collect();
        let mut alphas = Vec::with_capacity(steps.len());
        for (s, y, rho) in steps.iter().rev() {
            let alpha = rho * dot(s, &d);
            add(&mut d, y, -alpha);
            alphas.push(alpha);
        }
        if let Some((s, y, _)) = steps.back() {
            let scale = dot(s, y) / dot(y, y);
            d.iter_mut().for_each(|x| *x *= scale);
        }
        for ((s, y, rho), alpha) in steps.iter().zip(alphas.iter().rev()) {
            let beta = rho * dot(y, &d);
            add(&mut d, s, alpha - beta);
        }
        let down = dot(&d, &slope);
        if down > -1e-6 {
            break;
        }
        let mut step = if steps.is_empty() { 1.0 / dot(&d, &d).sqrt() } else { 1.0 };
        let mut next = w.clone();
        let mut next_slope = vec![0.0; n];
        let mut next_cost;
        loop {
            next.copy_from_slice(&w);
            add(&mut next, &d, step);
            next_cost = loss(rows, &next, penalty, &mut next_slope);
            if next_cost <= cost + 1e-4 * step * down || step < 1e-10 {
                break;
            }
            step *= 0.5;
        }
        let s: Vec<f64> = next.iter().zip(&w).map(|(a, b)| a - b).collect();
        let y: Vec<f64> = next_slope.iter().zip(&slope).map(|(a, b)| a - b).collect();
        let bent = dot(&s, &y);
        if bent > 1e-12 {
            if steps.len() == MEMORY {
                steps.pop_front();
            }
            steps.push_back((s, y, 1.0 / bent));
        }
        let gained = cost - next_cost;
        (w, slope, cost) = (next, next_slope, next_cost);
        if gained < cost * 1e-8 {
            break;
        }
    }
    let bias = w.pop().unwrap_or(0.0);
    (w, bias)
}

fn loss(rows: &[Row], w: &[f64], penalty: f64, slope: &mut [f64]) -> f64 {
    let bias = w.len() - 1;
    let mut cost = 0.0;
    for (g, x) in slope.iter_mut().zip(w) {
        *g = *x;
        cost += 0.5 * x * x;
    }
    for row in rows {
        let z = w[bias] + row.features.iter().map(|(f, v)| w[*f as usize] * f64::from(*v)).sum::<f64>();
        let sign = if row.blames { 1.0 } else { -1.0 };
        let m = sign * z;
        let c = penalty * row.counts;
        cost += c * if m > 0.0 { (-m).exp().ln_1p() } else { m.exp().ln_1p() - m };
        let g = -sign * c / (1.0 + m.exp());
        slope[bias] += g;
        for (f, v) in &row.features {
            slope[*f as usize] += g * f64::from(*v);
        }
    }
    cost
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn add(to: &mut [f64], from: &[f64], times: f64) {
    to.iter_mut().zip(from).for_each(|(a, b)| *a += times * b);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feature_of_blame_gets_weight_and_one_of_both_gets_little() {
        let row =
            |f: &[u32], blames| Row { features: f.iter().map(|f| (*f, 1.0)).collect(), blames, counts: 1.0 };
        let rows = [row(&[0, 2], true), row(&[0], true), row(&[1, 2], false), row(&[1], false)];
        let (w, _) = solve(&rows, 3, 5.0, 50);
        assert!(w[0] > 1.0 && w[1] < -1.0 && w[2].abs() < 0.2, "{w:?}");
    }
}
