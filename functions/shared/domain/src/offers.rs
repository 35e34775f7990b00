//! The catalogue of machines for hire, and the choice of the cheapest that fits.
//!
//! [`Catalogue`] holds the offers, [`Rules`] say what is wanted, [`Catalogue::search`] finds the cheapest by an
//! exhaustive search and says why the others lost, or which rule it is that nothing meets.

mod bundled;
mod catalogue;
mod choose;
mod explain;
mod offer;
mod page;
mod parse;
mod rules;
#[cfg(test)]
mod tests;

pub use catalogue::Catalogue;
pub use choose::{CANDIDATES_MAX, Choice};
pub use explain::{Alternative, Lost};
pub use offer::{ANY_REGION, Architecture, Market, Offer, Source};
pub use page::{Implausible, PACKED_BYTES_MAX, Page, PageError, PageKey};
pub use parse::{Heading, Reading, UnreadLine, Unreadable, read};
pub use rules::{Rule, Rules, SPOT_AGE_SECONDS_MAX};
