//! Reviews: what a seller may say about them. A benefit is never tied to a review.

pub mod incentive;
