//! How many tests passed and failed, read from what the runners print.

/// The sum over all runners so far.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
}

impl Counts {
    /// `     Summary [   1.2s] 12 tests run: 11 passed (1 slow), 1 failed, 2 timed out, 0 skipped`
    pub fn nextest(&mut self, line: &str) {
        if let Some((_, outcome)) = line
            .trim_start()
            .strip_prefix("Summary [")
            .and_then(|it| it.split_once("run:"))
        {
            self.add(outcome, &["passed"], &["failed", "exec", "timed"]);
        }
    }

    /// `test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s`
    pub fn libtest(&mut self, line: &str) {
        if let Some(outcome) = line.strip_prefix("test result:") {
            self.add(outcome, &["passed"], &["failed"]);
        }
    }

    /// `3 failed, 41 passed, 1 skipped, 2 errors in 12.34s`, with or without a frame of `=`.
    pub fn pytest(&mut self, line: &str) {
        let line = line.trim_matches(['=', ' ']);
        let is_summary = line.starts_with(|it: char| it.is_ascii_digit()) && line.contains(" in ");
        if is_summary {
            self.add(line, &["passed"], &["failed", "error", "errors"]);
        }
    }

    /// Adds each number that stands before one of these words.
    fn add(&mut self, outcome: &str, passed: &[&str], failed: &[&str]) {
        let mut number = None;
        for word in outcome
            .split([' ', ',', ';', '(', ')', '.'])
            .filter(|word| !word.is_empty())
        {
            if let Some(count) = number {
                self.passed += if passed.contains(&word) { count } else { 0 };
                self.failed += if failed.contains(&word) { count } else { 0 };
            }
            number = word.parse::<u64>().ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_are_counted() {
        type Reader = fn(&mut Counts, &str);
        let table: [(Reader, &str, u64, u64); 7] = [
            (
                Counts::nextest,
                "     Summary [   0.013s] 12 tests run: 12 passed, 0 skipped",
                12,
                0,
            ),
            (
                Counts::nextest,
                "     Summary [   1.0s] 9/12 tests run: 7 passed (1 slow), 1 failed, 1 timed out, 0 skipped",
                7,
                2,
            ),
            (
                Counts::libtest,
                "test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
                3,
                1,
            ),
            (
                Counts::pytest,
                "======= 3 failed, 41 passed, 1 skipped, 2 errors in 12.34s =======",
                41,
                5,
            ),
            (Counts::pytest, "41 passed in 12.34s", 41, 0),
            (Counts::pytest, "41 passed, 1 error in 62.34s (0:01:02)", 41, 1),
            (
                Counts::pytest,
                "FAILED acceptance/test_x.py::test_y - 3 failed in it",
                0,
                0,
            ),
        ];
        for (read, line, passed, failed) in table {
            let mut counts = Counts::default();
            read(&mut counts, line);
            assert_eq!(counts, Counts { passed, failed }, "{line}");
        }
    }
}
