//! The player: which flow, which moment. Time moves only while it plays.

use std::rc::Rc;

use yew::prelude::*;

use crate::state::PlayAction;

/// The player's state.
#[derive(Clone, Debug, PartialEq)]
pub struct Play {
    /// Id of the chosen flow.
    pub flow: Option<AttrValue>,
    /// The moment in milliseconds at 1×.
    pub time: f64,
    /// Time is running.
    pub playing: bool,
    /// How fast.
    pub speed: f64,
    /// When each step of the chosen story is decided.
    pub steps: Rc<[f64]>,
    /// Length of the story.
    pub total: f64,
    /// When the verdict is known: playing stops there, and goes on past it when asked again.
    pub verdict: f64,
    /// Nothing travels: steps replace each other.
    pub still: bool,
}

impl Default for Play {
    fn default() -> Self {
        Self {
            flow: None,
            time: 0.0,
            playing: false,
            speed: 1.0,
            steps: Rc::new([]),
            total: 0.0,
            verdict: 0.0,
            still: false,
        }
    }
}

/// What the page tells the player, besides what people ask of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// Somebody asks.
    Asked(PlayAction),
    /// The story is another one: its moments and length.
    Story {
        /// When each step is decided.
        steps: Rc<[f64]>,
        /// Length.
        total: f64,
        /// When the verdict is known.
        verdict: f64,
    },
    /// Motion is reduced, or not.
    Still(bool),
}

impl Play {
    /// The step that is under way or just decided.
    #[must_use]
    pub fn step(&self) -> usize {
        let last = self.steps.len().saturating_sub(1);
        self.steps.iter().position(|&at| at >= self.time - 0.5).unwrap_or(last)
    }

    fn go_to(&mut self, step: usize) {
        let last = self.steps.len().saturating_sub(1);
        self.time = self.steps.get(step.min(last)).copied().unwrap_or(0.0);
        self.playing = false;
    }

    fn step_by(&mut self, by: i32) {
        if by > 0 {
            // The first step that is not complete yet.
            let last = self.steps.len().saturating_sub(1);
            let next = self.steps.iter().position(|&at| at > self.time + 0.5).unwrap_or(last);
            self.go_to(next);
        } else {
            match self.steps.iter().rposition(|&at| at < self.time - 0.5) {
                Some(before) => self.go_to(before),
                None => {
                    self.time = 0.0;
                    self.playing = false;
                }
            }
        }
    }

    fn ask(&mut self, action: PlayAction) {
        match action {
            PlayAction::Choose(flow) => {
                if self.flow != flow {
                    self.flow = flow;
                    self.time = 0.0;
                    self.playing = false;
                }
            }
            PlayAction::Play => {
                if self.time >= self.total - 0.5 {
                    self.time = 0.0;
                }
                if self.still { self.step_by(1) } else { self.playing = self.total > 0.0 }
            }
            PlayAction::Pause => self.playing = false,
            PlayAction::Toggle => self.ask(if self.playing { PlayAction::Pause } else { PlayAction::Play }),
            PlayAction::Seek(time) => {
                self.time = if time.is_finite() { time.clamp(0.0, self.total) } else { 0.0 };
                self.playing = false;
            }
            PlayAction::GoTo(step) => self.go_to(step),
            PlayAction::Step(by) => self.step_by(by),
            PlayAction::Start => self.go_to(0),
            PlayAction::End => self.go_to(usize::MAX),
            PlayAction::Speed(speed) if speed.is_finite() => self.speed = speed.clamp(0.25, 4.0),
            PlayAction::Speed(_) => {}
            PlayAction::Tick(passed) => {
                if self.playing {
                    let before = self.time;
                    self.time += passed.clamp(0.0, 250.0) * self.speed;
                    let stop = if before < self.verdict - 0.5 { self.verdict } else { self.total };
                    if self.time >= stop {
                        self.time = stop;
                        self.playing = false;
                    }
                }
            }
        }
    }
}

impl Reducible for Play {
    type Action = Told;

    fn reduce(self: Rc<Self>, told: Told) -> Rc<Self> {
        let mut next = (*self).clone();
        match told {
            Told::Asked(action) => next.ask(action),
            Told::Story { steps, total, verdict } => {
                // Whoever looks at the verdict keeps looking at the verdict while editing.
                let at_end = next.total > 0.0 && next.time >= next.verdict - 0.5;
                next.time = if at_end { verdict } else { next.time.min(total) };
                next.verdict = verdict;
                next.steps = steps;
                next.total = total;
                next.playing = next.playing && total > 0.0;
            }
            Told::Still(still) => {
                next.still = still;
                next.playing = next.playing && !still;
            }
        }
        if next == *self { self } else { Rc::new(next) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn player() -> Rc<Play> {
        Rc::new(Play::default()).reduce(Told::Story {
            steps: Rc::new([100.0, 300.0, 600.0]),
            total: 650.0,
            verdict: 650.0,
        })
    }

    fn ask(play: &Rc<Play>, action: PlayAction) -> Rc<Play> {
        Rc::clone(play).reduce(Told::Asked(action))
    }

    #[test]
    fn steps_go_both_ways_and_stop_at_the_ends() {
        let play = player();
        let play = ask(&play, PlayAction::Step(1));
        assert_eq!((play.time, play.step()), (100.0, 0));
        let play = ask(&ask(&play, PlayAction::Step(1)), PlayAction::Step(1));
        assert_eq!((play.time, play.step()), (600.0, 2));
        let play = ask(&play, PlayAction::Step(1));
        assert_eq!(play.time, 600.0);
        let play = ask(&play, PlayAction::Step(-1));
        assert_eq!((play.time, play.step()), (300.0, 1));
    }

    #[test]
    fn time_runs_only_while_playing_and_ends() {
        let still = ask(&player(), PlayAction::Tick(16.0));
        assert_eq!(still.time, 0.0);
        let mut play = ask(&player(), PlayAction::Play);
        for _ in 0..100 {
            play = ask(&play, PlayAction::Tick(16.0));
        }
        assert_eq!((play.time, play.playing), (650.0, false));
        assert_eq!(ask(&play, PlayAction::Play).time, 0.0);
    }

    #[test]
    fn an_edit_keeps_the_verdict_in_view() {
        let play = ask(&player(), PlayAction::Seek(650.0));
        let play = play.reduce(Told::Story { steps: Rc::new([100.0, 200.0]), total: 250.0, verdict: 250.0 });
        assert_eq!(play.time, 250.0);
    }

    #[test]
    fn playing_stops_at_the_verdict_and_goes_on_when_asked() {
        let play = Rc::new(Play::default()).reduce(Told::Story {
            steps: Rc::new([100.0, 300.0]),
            total: 400.0,
            verdict: 200.0,
        });
        let run = |mut play: Rc<Play>| {
            for _ in 0..100 {
                play = ask(&play, PlayAction::Tick(16.0));
            }
            play
        };
        let play = run(ask(&play, PlayAction::Play));
        assert_eq!((play.time, play.playing), (200.0, false));
        assert_eq!(run(ask(&play, PlayAction::Play)).time, 400.0);
    }

    #[test]
    fn with_reduced_motion_playing_is_stepping() {
        let play = player().reduce(Told::Still(true));
        let play = ask(&play, PlayAction::Toggle);
        assert_eq!((play.time, play.playing), (100.0, false));
    }
}
