//! The state table of a complaint: which move is allowed in which stage, and where it leads. It knows no
//! database and no clock, so that random moves can be driven against it.
//!
//! | move ↓ in stage → | soothe | respond | empathise | compensate | follow up | closed |
//! |---|---|---|---|---|---|---|
//! | done       | respond | empathise | compensate | follow up | closed, or respond where not satisfied | – |
//! | skip       | respond | empathise | compensate | follow up | – (close it instead) | – |
//! | back       | – (nothing before) | earlier | earlier | earlier | earlier | – (reopen it) |
//! | wait       | stays | stays | stays | stays | stays | – |
//! | answered   | stays | stays | stays | stays | stays | – |
//! | close      | closed | closed | closed | closed | closed | – |
//! | reopen     | – | – | – | – | – | respond |
//! | edit       | stays | stays | stays | stays | stays | stays |
//!
//! Waiting for the buyer is beside the stage: any move that leaves the stage ends it.

use serde::{Deserialize, Serialize};

use super::words::Outcome;
use crate::error::{Error, Result};

/// Where a case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Step 1: apologise and calm, before anything is judged.
    Soothe,
    /// Step 2: say the problem in own words and when the buyer hears more.
    Respond,
    /// Step 3: what it meant to the buyer, and what was at fault.
    Empathise,
    /// Step 4: make it good.
    Compensate,
    /// Step 5: ask whether it is put right.
    FollowUp,
    /// Over.
    Closed,
}

impl Stage {
    /// All stages in order.
    pub const ALL: [Stage; 6] = [Stage::Soothe, Stage::Respond, Stage::Empathise, Stage::Compensate, Stage::FollowUp, Stage::Closed];

    /// The stored text.
    pub fn as_str(self) -> &'static str {
        match self {
            Stage::Soothe => "soothe",
            Stage::Respond => "respond",
            Stage::Empathise => "empathise",
            Stage::Compensate => "compensate",
            Stage::FollowUp => "follow_up",
            Stage::Closed => "closed",
        }
    }

    /// Reads the stored text.
    ///
    /// # Errors
    /// [`Error::Stored`].
    pub fn parse(text: &str) -> Result<Stage> {
        Stage::ALL
            .into_iter()
            .find(|s| s.as_str() == text)
            .ok_or_else(|| Error::Stored { field: "complaints.stage", value: text.to_owned() })
    }
}

/// What is written down at each step, as far as the table asks for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Facts {
    /// Step 1: what was said to the buyer is written down.
    pub said: bool,
    /// Step 2: the problem is written down in the seller's own words.
    pub problem: bool,
    /// Step 2: the buyer agrees that this is it.
    pub agrees: bool,
    /// Step 2: the buyer was told when they hear more.
    pub next_update: bool,
    /// Step 3: what it meant to the buyer is written down.
    pub meaning: bool,
    /// Step 3: the cause is set.
    pub cause: bool,
    /// Step 4: the fault is owned, in this round.
    pub owned: bool,
    /// Step 4: something makes it good, in this round.
    pub made_good: bool,
    /// Step 4: what was promised in this round and is not delivered yet.
    pub undelivered: u32,
    /// Step 5: the buyer's answer; `None` where they have not been asked.
    pub satisfied: Option<bool>,
}

/// What the seller does with a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Move {
    /// The step is done.
    Done,
    /// The step is left out, with a reason.
    Skip {
        /// Why.
        reason: String,
    },
    /// Back to an earlier step.
    Back {
        /// Which.
        to: Stage,
        /// Why; may be empty.
        reason: String,
    },
    /// The buyer has to answer first; the clock stands.
    Wait {
        /// What is waited for; may be empty.
        reason: String,
    },
    /// The buyer answered; the clock goes on.
    Answered,
    /// The case is over before its last step is done.
    Close {
        /// How it ended.
        outcome: Outcome,
        /// Why.
        reason: String,
    },
    /// It was not over.
    Reopen {
        /// Why.
        reason: String,
    },
}

impl Move {
    /// The move's name in the table, in events and in errors.
    pub fn name(&self) -> &'static str {
        match self {
            Move::Done => "done",
            Move::Skip { .. } => "skip",
            Move::Back { .. } => "back",
            Move::Wait { .. } => "wait",
            Move::Answered => "answered",
            Move::Close { .. } => "close",
            Move::Reopen { .. } => "reopen",
        }
    }

    /// What the seller said about it.
    pub fn reason(&self) -> &str {
        match self {
            Move::Done | Move::Answered => "",
            Move::Skip { reason }
            | Move::Back { reason, .. }
            | Move::Wait { reason }
            | Move::Close { reason, .. }
            | Move::Reopen { reason } => reason.trim(),
        }
    }
}

/// Why a move is not allowed now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Refused {
    /// The case is closed; it can be reopened.
    Closed,
    /// The case is open.
    NotClosed,
    /// There is no step before the first.
    FirstStep,
    /// The last step is not skipped: the case is closed with an outcome instead.
    CloseInstead,
    /// A step back leads to an earlier step.
    NotEarlier,
    /// The buyer is being waited for already.
    WaitingAlready,
    /// Nobody is being waited for.
    NotWaiting,
    /// A reason must be given.
    ReasonMissing,
    /// What was said to the buyer is not written down.
    SaidMissing,
    /// The problem is not written down in own words.
    ProblemMissing,
    /// The buyer has not agreed that this is the problem.
    NotAgreed,
    /// No time is given at which the buyer hears more, or it is over already.
    NextUpdateMissing,
    /// What it meant to the buyer is not written down.
    MeaningMissing,
    /// The cause was set and stays set once its step is past.
    CauseStays,
    /// The cause is not set.
    CauseMissing,
    /// Nobody has owned the fault, in this round.
    OwningMissing,
    /// Nothing makes it good, in this round.
    RemedyMissing,
    /// Something promised is not delivered.
    RemedyUndelivered,
    /// The buyer has not been asked.
    SatisfactionMissing,
    /// The buyer is asked at the last step, and not before.
    AskedAtTheEnd,
}

impl Refused {
    /// The stable word of the reason.
    pub fn as_str(self) -> &'static str {
        match self {
            Refused::Closed => "closed",
            Refused::NotClosed => "not_closed",
            Refused::FirstStep => "first_step",
            Refused::CloseInstead => "close_instead",
            Refused::NotEarlier => "not_earlier",
            Refused::WaitingAlready => "waiting_already",
            Refused::NotWaiting => "not_waiting",
            Refused::ReasonMissing => "reason_missing",
            Refused::SaidMissing => "said_missing",
            Refused::ProblemMissing => "problem_missing",
            Refused::NotAgreed => "not_agreed",
            Refused::NextUpdateMissing => "next_update_missing",
            Refused::MeaningMissing => "meaning_missing",
            Refused::CauseStays => "cause_stays",
            Refused::OwningMissing => "owning_missing",
            Refused::AskedAtTheEnd => "asked_at_the_end",
            Refused::CauseMissing => "cause_missing",
            Refused::RemedyMissing => "remedy_missing",
            Refused::RemedyUndelivered => "remedy_undelivered",
            Refused::SatisfactionMissing => "satisfaction_missing",
        }
    }

    /// The reason as an English sentence.
    pub fn in_words(self) -> &'static str {
        match self {
            Refused::Closed => "the case is closed; reopen it first",
            Refused::NotClosed => "the case is open",
            Refused::FirstStep => "it is at its first step",
            Refused::CloseInstead => "the last step is not skipped; close the case",
            Refused::NotEarlier => "that is no earlier step",
            Refused::WaitingAlready => "the buyer is waited for already",
            Refused::NotWaiting => "nobody is waited for",
            Refused::ReasonMissing => "a reason is needed",
            Refused::SaidMissing => "write down what was said to the buyer first",
            Refused::ProblemMissing => "write down the problem first",
            Refused::NotAgreed => "the buyer has not agreed that this is the problem",
            Refused::NextUpdateMissing => "say when the buyer hears more, at a time to come",
            Refused::MeaningMissing => "write down what it meant to the buyer first",
            Refused::CauseStays => "the cause stays once its step is past",
            Refused::CauseMissing => "set the cause first",
            Refused::OwningMissing => "nobody has owned the fault in this round",
            Refused::RemedyMissing => "nothing makes it good in this round",
            Refused::RemedyUndelivered => "something promised is not delivered",
            Refused::SatisfactionMissing => "ask the buyer first whether it is put right",
            Refused::AskedAtTheEnd => "the buyer is asked at the last step",
        }
    }
}

/// Where a case is, and whether the buyer is being waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
pub struct State {
    /// The stage.
    pub stage: Stage,
    /// The buyer has to answer first.
    pub waiting: bool,
}

/// Where a case begins, taken in but not answered.
pub const FIRST: State = State { stage: Stage::Soothe, waiting: false };

impl State {
    /// Where a move leads, by the table above.
    ///
    /// # Errors
    /// [`Refused`], with the state as before.
    pub fn after(self, made: &Move, facts: &Facts) -> std::result::Result<State, Refused> {
        let at = |stage| Ok(State { stage, waiting: false });
        if self.stage == Stage::Closed {
            return match made {
                Move::Reopen { .. } if made.reason().is_empty() => Err(Refused::ReasonMissing),
                Move::Reopen { .. } => at(Stage::Respond),
                _ => Err(Refused::Closed),
            };
        }
        match made {
            Move::Done => {
                self.complete(facts)?;
                at(self.next(facts))
            }
            Move::Skip { .. } if self.stage == Stage::FollowUp => Err(Refused::CloseInstead),
            Move::Skip { .. } | Move::Close { .. } if made.reason().is_empty() => Err(Refused::ReasonMissing),
            Move::Skip { .. } => at(self.next(facts)),
            Move::Back { .. } if self.stage == Stage::Soothe => Err(Refused::FirstStep),
            Move::Back { to, .. } if *to >= self.stage => Err(Refused::NotEarlier),
            Move::Back { to, .. } => at(*to),
            Move::Wait { .. } if self.waiting => Err(Refused::WaitingAlready),
            Move::Wait { .. } => Ok(State { waiting: true, ..self }),
            Move::Answered if !self.waiting => Err(Refused::NotWaiting),
            Move::Answered => Ok(State { waiting: false, ..self }),
            Move::Close { .. } => at(Stage::Closed),
            Move::Reopen { .. } => Err(Refused::NotClosed),
        }
    }

    /// Moves that lead somewhere from here, whatever is written down: what a screen offers.
    pub fn offers(self) -> Vec<&'static str> {
        match (self.stage, self.waiting) {
            (Stage::Closed, _) => vec!["reopen"],
            (stage, waiting) => {
                let mut moves = vec!["done", if waiting { "answered" } else { "wait" }, "close"];
                if stage != Stage::FollowUp {
                    moves.push("skip");
                }
                if stage != Stage::Soothe {
                    moves.push("back");
                }
                moves
            }
        }
    }

    fn next(self, facts: &Facts) -> Stage {
        match self.stage {
            Stage::Soothe => Stage::Respond,
            Stage::Respond => Stage::Empathise,
            Stage::Empathise => Stage::Compensate,
            Stage::Compensate => Stage::FollowUp,
            Stage::FollowUp if facts.satisfied == Some(false) => Stage::Respond,
            Stage::FollowUp | Stage::Closed => Stage::Closed,
        }
    }

    /// What a step needs to be done.
    fn complete(self, facts: &Facts) -> std::result::Result<(), Refused> {
        let needs: &[(bool, Refused)] = match self.stage {
            Stage::Soothe => &[(facts.said, Refused::SaidMissing)],
            Stage::Respond => &[
                (facts.problem, Refused::ProblemMissing),
                (facts.agrees, Refused::NotAgreed),
                (facts.next_update, Refused::NextUpdateMissing),
            ],
            Stage::Empathise => &[(facts.meaning, Refused::MeaningMissing), (facts.cause, Refused::CauseMissing)],
            Stage::Compensate => &[
                (facts.owned, Refused::OwningMissing),
                (facts.made_good, Refused::RemedyMissing),
                (facts.undelivered == 0, Refused::RemedyUndelivered),
            ],
            Stage::FollowUp => &[(facts.satisfied.is_some(), Refused::SatisfactionMissing)],
            Stage::Closed => &[],
        };
        needs.iter().find(|(fulfilled, _)| !fulfilled).map_or(Ok(()), |(_, refused)| Err(*refused))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The table of this module's page, written a second time as data: stages by number, `-` where refused.
    /// Columns: soothe, respond, empathise, compensate, follow up, closed.
    const TABLE: [(&str, [&str; 6]); 7] = [
        ("done", ["respond", "empathise", "compensate", "follow_up", "closed", "-"]),
        ("skip", ["respond", "empathise", "compensate", "follow_up", "-", "-"]),
        ("back", ["-", "soothe", "soothe", "soothe", "soothe", "-"]),
        ("wait", ["soothe", "respond", "empathise", "compensate", "follow_up", "-"]),
        ("answered", ["soothe", "respond", "empathise", "compensate", "follow_up", "-"]),
        ("close", ["closed", "closed", "closed", "closed", "closed", "-"]),
        ("reopen", ["-", "-", "-", "-", "-", "respond"]),
    ];

    const COMPLETE: Facts = Facts {
        said: true,
        problem: true,
        agrees: true,
        next_update: true,
        meaning: true,
        cause: true,
        owned: true,
        made_good: true,
        undelivered: 0,
        satisfied: Some(true),
    };

    fn named(name: &str) -> Move {
        let reason = "because".to_owned();
        match name {
            "done" => Move::Done,
            "skip" => Move::Skip { reason },
            "back" => Move::Back { to: Stage::Soothe, reason },
            "wait" => Move::Wait { reason },
            "answered" => Move::Answered,
            "close" => Move::Close { outcome: Outcome::NoAnswer, reason },
            _ => Move::Reopen { reason },
        }
    }

    #[test]
    fn every_cell_of_the_table_holds() {
        for (name, cells) in TABLE {
            for (stage, cell) in Stage::ALL.into_iter().zip(cells) {
                let state = State { stage, waiting: name == "answered" && stage != Stage::Closed };
                let after = state.after(&named(name), &COMPLETE).map(|s| s.stage.as_str()).unwrap_or("-");
                assert_eq!(after, cell, "{name} in {}", stage.as_str());
            }
        }
    }

    #[test]
    fn a_step_is_done_only_with_what_it_needs() {
        let at = |stage| State { stage, waiting: false };
        for (stage, lack, refused) in [
            (Stage::Soothe, Facts { said: false, ..COMPLETE }, Refused::SaidMissing),
            (Stage::Respond, Facts { problem: false, ..COMPLETE }, Refused::ProblemMissing),
            (Stage::Respond, Facts { agrees: false, ..COMPLETE }, Refused::NotAgreed),
            (Stage::Respond, Facts { next_update: false, ..COMPLETE }, Refused::NextUpdateMissing),
            (Stage::Empathise, Facts { meaning: false, ..COMPLETE }, Refused::MeaningMissing),
            (Stage::Empathise, Facts { cause: false, ..COMPLETE }, Refused::CauseMissing),
            (Stage::Compensate, Facts { owned: false, ..COMPLETE }, Refused::OwningMissing),
            (Stage::Compensate, Facts { made_good: false, ..COMPLETE }, Refused::RemedyMissing),
            (Stage::Compensate, Facts { undelivered: 1, ..COMPLETE }, Refused::RemedyUndelivered),
            (Stage::FollowUp, Facts { satisfied: None, ..COMPLETE }, Refused::SatisfactionMissing),
        ] {
            assert_eq!(at(stage).after(&Move::Done, &lack), Err(refused));
        }
        let unhappy = Facts { satisfied: Some(false), ..COMPLETE };
        assert_eq!(at(Stage::FollowUp).after(&Move::Done, &unhappy), Ok(at(Stage::Respond)));
    }

    #[test]
    fn moves_that_need_a_reason_do_not_take_a_blank_one() {
        let blank = || "  ".to_owned();
        let open = State { stage: Stage::Respond, waiting: false };
        assert_eq!(open.after(&Move::Skip { reason: blank() }, &COMPLETE), Err(Refused::ReasonMissing));
        assert_eq!(open.after(&Move::Close { outcome: Outcome::Duplicate, reason: blank() }, &COMPLETE), Err(Refused::ReasonMissing));
        let closed = State { stage: Stage::Closed, waiting: false };
        assert_eq!(closed.after(&Move::Reopen { reason: blank() }, &COMPLETE), Err(Refused::ReasonMissing));
    }

    fn any_move() -> impl Strategy<Value = Move> {
        let reason = prop_oneof![Just(String::new()), Just("r".to_owned())];
        prop_oneof![
            4 => Just(Move::Done),
            1 => reason.clone().prop_map(|reason| Move::Skip { reason }),
            1 => (0usize..6, reason.clone()).prop_map(|(to, reason)| Move::Back { to: Stage::ALL[to], reason }),
            1 => reason.clone().prop_map(|reason| Move::Wait { reason }),
            1 => Just(Move::Answered),
            1 => reason.clone().prop_map(|reason| Move::Close { outcome: Outcome::Withdrawn, reason }),
            1 => reason.prop_map(|reason| Move::Reopen { reason }),
        ]
    }

    fn any_facts() -> impl Strategy<Value = Facts> {
        (any::<[bool; 8]>(), 0u32..3, any::<Option<bool>>()).prop_map(
            |([said, problem, agrees, next_update, meaning, cause, owned, made_good], undelivered, satisfied)| Facts {
                said,
                problem,
                agrees,
                next_update,
                meaning,
                cause,
                owned,
                made_good,
                undelivered,
                satisfied,
            },
        )
    }

    proptest! {
        /// Random moves against a model that knows only the table: by stage number, and whether somebody is waited for.
        #[test]
        fn random_moves_follow_the_table(moves in proptest::collection::vec((any_move(), any_facts()), 1..60)) {
            let mut state = FIRST;
            for (made, facts) in moves {
                let column = Stage::ALL.iter().position(|s| *s == state.stage).unwrap();
                let row = TABLE.iter().find(|(name, _)| *name == made.name()).unwrap().1[column];
                let after = state.after(&made, &facts);
                match after {
                    Ok(next) => {
                        prop_assert_ne!(row, "-", "{:?} in {:?} was allowed", made, state);
                        let expected = match &made {
                            Move::Back { to, .. } => to.as_str(),
                            Move::Done if state.stage == Stage::FollowUp && facts.satisfied == Some(false) => "respond",
                            _ => row,
                        };
                        prop_assert_eq!(next.stage.as_str(), expected);
                        prop_assert_eq!(next.waiting, matches!(made, Move::Wait { .. }));
                        prop_assert!(state.offers().contains(&made.name()), "{} was not offered in {:?}", made.name(), state);
                        state = next;
                    }
                    Err(refused) => {
                        // A cell that leads somewhere is refused only for what a move itself lacks.
                        let lacks = match &made {
                            Move::Done => facts != COMPLETE,
                            Move::Wait { .. } => state.waiting,
                            Move::Answered => !state.waiting,
                            Move::Back { to, .. } => *to >= state.stage,
                            other => other.reason().is_empty(),
                        };
                        prop_assert!(row == "-" || lacks, "{:?} in {:?}: {:?}", made, state, refused);
                        if row == "-" {
                            prop_assert!(!state.offers().contains(&made.name()));
                        }
                    }
                }
            }
        }
    }
}
