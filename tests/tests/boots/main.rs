//! Machines that really boot, from the user data that the product renders. Without root and what booting needs they
//! fail and name it; `cargo dev test` leaves them out where no machine boots, and says so; in CI it may not.

mod cluster;
mod environments;
mod login;
mod really_booting;
