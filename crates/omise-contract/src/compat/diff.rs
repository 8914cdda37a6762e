//! What a list or a map lost and got.

use std::hash::Hash;

use indexmap::IndexMap;

/// Two editions of a list.
pub(super) struct Lists<'a, T> {
    /// What only the old one has.
    pub(super) gone: Vec<&'a T>,
    /// What only the new one has.
    pub(super) come: Vec<&'a T>,
    /// Whether what both have is in another order.
    pub(super) moved: bool,
}

/// Compares two editions of a list.
pub(super) fn lists<'a, T: PartialEq>(old: &'a [T], new: &'a [T]) -> Lists<'a, T> {
    let gone = old.iter().filter(|one| !new.contains(one)).collect();
    let come = new.iter().filter(|one| !old.contains(one)).collect();
    let stays = |one: &&T| old.contains(one) && new.contains(one);
    let moved = old.iter().filter(stays).ne(new.iter().filter(stays));
    Lists { gone, come, moved }
}

/// Two editions of a map.
pub(super) struct Maps<'a, K, V> {
    /// What only the old one has.
    pub(super) gone: Vec<(&'a K, &'a V)>,
    /// What only the new one has.
    pub(super) come: Vec<(&'a K, &'a V)>,
    /// What both have, the old edition first.
    pub(super) kept: Vec<(&'a K, &'a V, &'a V)>,
    /// Whether what both have is in another order.
    pub(super) moved: bool,
}

/// Compares two editions of a map.
pub(super) fn maps<'a, K: Eq + Hash, V>(
    old: &'a IndexMap<K, V>,
    new: &'a IndexMap<K, V>,
) -> Maps<'a, K, V> {
    let kept: Vec<_> = new
        .iter()
        .filter_map(|(key, value)| old.get(key).map(|before| (key, before, value)))
        .collect();
    let before = old.keys().filter(|key| new.contains_key(*key));
    Maps {
        gone: old
            .iter()
            .filter(|(key, _)| !new.contains_key(*key))
            .collect(),
        come: new
            .iter()
            .filter(|(key, _)| !old.contains_key(*key))
            .collect(),
        moved: before.ne(kept.iter().map(|(key, _, _)| *key)),
        kept,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_and_goes_moves_nothing() {
        let Lists { gone, come, moved } = lists(&[1, 2, 3], &[4, 1, 3]);
        assert_eq!((gone, come, moved), (vec![&2], vec![&4], false));
    }

    #[test]
    fn what_stays_and_moves_is_told() {
        assert!(lists(&[1, 2, 3], &[3, 1]).moved);
        let map = |keys: [u8; 2]| keys.into_iter().map(|key| (key, ())).collect();
        assert!(maps::<u8, ()>(&map([1, 2]), &map([2, 1])).moved);
    }

    #[test]
    fn a_list_that_names_a_value_twice_is_another_list() {
        assert!(lists(&[1, 2], &[1, 2, 2]).moved);
    }
}
