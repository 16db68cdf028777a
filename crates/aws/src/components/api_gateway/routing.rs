//! Which route of an API takes a request: the most specific one. Knows no network.

use hopscope_forward::HttpRequest;

use super::{Config, Route};

/// How well a path fits a route: exact parts count more than variables, those more than `{proxy+}`.
/// None where it does not fit.
fn fit(pattern: &str, path: &str) -> Option<Vec<u8>> {
    let pattern = pattern.trim();
    if pattern == "$default" {
        return Some(vec![0]);
    }
    let parts =
        |text: &str| text.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (wanted, found) = (parts(pattern), parts(path));
    let mut score = vec![1];
    for (n, part) in wanted.iter().enumerate() {
        if part.starts_with('{') && part.ends_with("+}") {
            // A greedy variable takes one part at least, and all that follow.
            score.push(1);
            return (found.len() > n).then_some(score);
        }
        let here = found.get(n)?;
        if part.starts_with('{') && part.ends_with('}') {
            score.push(2);
        } else if part == here {
            score.push(3);
        } else {
            return None;
        }
    }
    (wanted.len() == found.len()).then_some(score)
}

/// The path without its stage. None where the path names no stage of the API.
pub(super) fn without_stage<'a>(config: &Config, custom_domain: bool, path: &'a str) -> Option<&'a str> {
    let has = |stage: &str| config.stages.iter().any(|name| name.trim() == stage);
    let rest = path.strip_prefix('/').unwrap_or(path);
    let (first, after) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    if !custom_domain && has(first) {
        return Some(if after.is_empty() { "/" } else { after });
    }
    (custom_domain || config.stages.is_empty() || has("$default")).then_some(path)
}

/// The row of the route that takes a request.
pub(super) fn route(config: &Config, request: &HttpRequest, path: &str) -> Option<usize> {
    let takes = |route: &Route| {
        let method = route.method.trim();
        method.is_empty()
            || method.eq_ignore_ascii_case("any")
            || method.eq_ignore_ascii_case(&request.method)
    };
    let exact = |route: &Route| route.method.trim().eq_ignore_ascii_case(&request.method);
    let rows = config.routes.iter().enumerate().filter(|(_, route)| takes(route));
    let fits = rows.filter_map(|(n, route)| Some((fit(&route.path, path)?, exact(route), n)));
    // Of equal ones the first.
    fits.max_by(|a, b| (&a.0, a.1, std::cmp::Reverse(a.2)).cmp(&(&b.0, b.1, std::cmp::Reverse(b.2))))
        .map(|(_, _, n)| n)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(routes: &[(&str, &str)], stages: &[&str]) -> Config {
        let route = |(method, path): &(&str, &str)| Route {
            method: (*method).into(),
            path: (*path).into(),
            ..Route::default()
        };
        Config {
            routes: routes.iter().map(route).collect(),
            stages: stages.iter().map(|stage| (*stage).to_owned()).collect(),
            ..Config::default()
        }
    }

    #[test]
    fn the_most_specific_route_wins() {
        let config = config(
            &[
                ("ANY", "/{proxy+}"),
                ("GET", "/items"),
                ("GET", "/items/{id}"),
                ("GET", "/items/new"),
                ("ANY", "/items/{id}"),
                ("ANY", "$default"),
            ],
            &[],
        );
        for (method, path, row) in [
            ("GET", "/items", 1),
            ("GET", "/items/", 1),
            ("GET", "/items/7", 2),
            ("POST", "/items/7", 4),
            ("GET", "/items/new", 3),
            ("GET", "/items/7/parts", 0),
            ("POST", "/", 5),
        ] {
            let request = HttpRequest { method: method.into(), ..HttpRequest::default() };
            assert_eq!(route(&config, &request, path), Some(row), "{method} {path}");
        }
    }

    #[test]
    fn stages_stand_before_the_path_but_not_under_a_custom_domain() {
        let staged = config(&[], &["prod"]);
        assert_eq!(without_stage(&staged, false, "/prod/items"), Some("/items"));
        assert_eq!(without_stage(&staged, false, "/prod"), Some("/"));
        assert_eq!(without_stage(&staged, false, "/items"), None);
        assert_eq!(without_stage(&staged, true, "/items"), Some("/items"));
        assert_eq!(without_stage(&config(&[], &["$default"]), false, "/items"), Some("/items"));
        assert_eq!(without_stage(&config(&[], &[]), false, "/items"), Some("/items"));
    }
}
