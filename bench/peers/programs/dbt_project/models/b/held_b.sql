{{ held('B', ref('checked_b')) }}
