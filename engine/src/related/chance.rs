//! How likely what is found would be if clusters had nothing to do with each other.

use std::f64::consts::PI;

/// The chance, over all of a run, of telling of a relation that is none: 1 in 100.
pub(super) const CHANCE: f64 = 0.01;

/// `ln n!`, by Stirling's series (Abramowitz and Stegun 6.1.41); to 1e-9 from 10 on, exact below.
fn ln_factorial(n: f64) -> f64 {
    if n < 10.0 {
        let mut product = 1.0;
        let mut factor = 2.0;
        while factor <= n {
            product *= factor;
            factor += 1.0;
        }
        return f64::ln(product);
    }
    n * n.ln() - n + 0.5 * (2.0 * PI * n).ln() + 1.0 / (12.0 * n) - 1.0 / (360.0 * n.powi(3))
}

/// `ln C(n, k)` for `0 ≤ k ≤ n`.
pub(super) fn ln_choose(n: f64, k: f64) -> f64 {
    ln_factorial(n) - ln_factorial(k) - ln_factorial((n - k).max(0.0))
}

/// The logarithm of the chance that `a` and `b` things of `population`, drawn without regard to each other, have `shared` or
/// more in common: the upper tail of the hypergeometric distribution (Fisher's exact test, 1922).
pub(super) fn ln_chance_of_shared(population: f64, a: f64, b: f64, shared: f64) -> f64 {
    let all = ln_choose(population, b);
    let (mut tail, mut common) = (0.0, shared);
    while common <= a.min(b) {
        // What is left of `b` must fit beside `a`.
        if b - common <= population - a {
            tail += (ln_choose(a, common) + ln_choose(population - a, b - common) - all).exp();
        }
        common += 1.0;
    }
    f64::ln(tail.min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_are_those_of_the_books() {
        // Fisher's tea: all four cups of eight by luck, 1 in 70; three or more, 17 in 70.
        assert!((ln_chance_of_shared(8.0, 4.0, 4.0, 4.0).exp() - 1.0 / 70.0).abs() < 1e-9);
        assert!((ln_chance_of_shared(8.0, 4.0, 4.0, 3.0).exp() - 17.0 / 70.0).abs() < 1e-9);
        assert!((ln_choose(52.0, 5.0).exp() - 2_598_960.0).abs() < 1.0);
        // Where both are everything, sharing everything says nothing.
        assert_eq!(ln_chance_of_shared(40.0, 40.0, 40.0, 40.0), 0.0);
    }
}
