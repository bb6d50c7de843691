{{ held('A', ref('checked_a')) }}
