//! How seldom some bytes are in logs, roughly: which of a literal's are looked for.

/// Words that nearly every log is full of: bytes in them are no good marks of a literal.
const USUAL: &str = " error errors failed failure failing failed to connection connecting connected disconnected request requests \
    response timeout timed out timestamp user users user_id service services server client message messages status http https \
    code codes database session token access memory usage after before started starting completed warning exception invalid \
    unable cannot could not with from have been has is the for and at in to of on by id thread threads manager instance instances \
    instead process processing queue retry retrying validation valid missing attempt network address container handler \
    operation configuration resource permission authentication the same this that are was will ing tion ment ated exceeded exceeds \
    access middleware socket websocket expired problem host known unknown limit limits allow allowed live liveness required requires \
    auth unauthorized validate validated loading loaded enabled disabled backend frontend application environment update updated \
    create created delete deleted default production staging check checks health healthy unhealthy ready api data level info debug \
    warn trace event events agent task tasks worker job jobs run running pool cache file files path version secret password admin \
    account key keys total count size time times bytes seconds ";

/// Bits of the hashes of usual bytes.
const BITS: u32 = 15;

/// What is known of usual bytes.
pub(super) struct Rarity {
    /// By a hash of four bytes, and of two: whether they are usual.
    usual: Vec<bool>,
}

fn hash(bytes: &[u8]) -> usize {
    let all = bytes.iter().fold(1_u32, |all, byte| all << 8 | u32::from(*byte));
    (all.wrapping_mul(0x9e37_79b1) >> (32 - BITS)) as usize
}

impl Rarity {
    pub(super) fn new() -> Self {
        let mut usual = vec![false; 1 << BITS];
        for width in [2, 4] {
            for bytes in USUAL.as_bytes().windows(width) {
                if let Some(known) = usual.get_mut(hash(bytes)) {
                    *known = true;
                }
            }
        }
        Self { usual }
    }

    /// How seldom bytes are, which are in lower case: about four times the binary logarithm of how many others there are.
    pub(super) fn of(&self, bytes: &[u8]) -> u32 {
        let sum: u32 = bytes.iter().map(|byte| of_one(*byte)).sum();
        if self.usual.get(hash(bytes)) == Some(&true) { sum / 2 } else { sum }
    }
}

fn of_one(byte: u8) -> u32 {
    match byte {
        b' ' | b'e' => 14,
        b't' | b'a' | b'o' | b'n' | b'i' | b's' | b'r' => 16,
        b'd' | b'c' | b'l' => 19,
        b'u' | b'm' | b'p' | b'h' => 21,
        b'0'..=b'9' | b'.' | b'-' | b'_' | b'/' | b':' => 24,
        b'g' | b'f' | b'b' | b'v' | b'y' | b'w' | b'k' | b',' | b'=' => 27,
        _ => 33,
    }
}
