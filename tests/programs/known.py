"""The programs that are not right yet, and why: each is a strict xfail, so that whoever mends one finds its line here."""

from __future__ import annotations

WRONG: dict[str, str] = {
}
"""Only the gradient is wrong: the pullback agrees with it."""

CRASHES: dict[str, str] = {
}

REFUSED = {
    "own_dict-written_through_its_dict": "the dict of an instance that is not the method's own",
    "own_dict-hidden_behind_its_dict": "the dict of an instance under another name",
    "array_protocol-beside_an_array": "an instance in a list that NumPy makes an array of",
    "everyday-carried_by_an_exception": "an exception carries what varies",
    "numpy_habits-shape_set_by_another_name": "the shape of an array that has two names is set",
    "iteration-key_that_writes_deeper": "a key function that writes, in what it calls",
    "collected-number_after_arrays": "an array at one time and a number at another, written in place",
    "streams-changed_while_it_is_walked_over": "a generator that sees what has changed since it was called",
    "streams-captured_and_changed": "a generator that sees what has changed since it was called",
    "streams-one_array_yielded_again": "a generator that writes into what it has yielded",
    "streams-drawn_in_turns": "a generator that draws",
    "streams-written_in_turns": "a generator that writes, and is stepped through",
    "kernels-a_method_of_what_was_there_before": "a method of a list whose name is bound again in a branch",
}

REFUSED_TWICE: dict[str, str] = {
    "streams-the_first_and_the_rest": "an instance whose list is looked up",
    "streams-the_first_before_a_loop": "an instance whose list is looked up",
    "maybe-dict_picked_by_a_helper": "a dict that lies beside a list, whose shadows are added into one another",
    "maybe-list_in_a_list_picked_by_a_helper": "a list that lies beside None, whose shadows are added into one another",
    "commonplace-generator_that_consumes_itself": "a tuple that a generator was called with, whose shadows are looked up",
    "everyday-sum_of_instances": "a list of instances, whose shadows are added into one another",
    "everyday-state_made_at_the_first_step": "an attribute that is None at first, and an array later",
    "everyday-merged_in_place": "a dict whose keys are not known, whose shadows are added into one another",
    "everyday-changed_when_returned": "in the forward function the result is a tuple with an array that is written",
    "packaged-broadcast_and_handed_on": "arrays in a list, whose shadows are looked up",
    "packaged-broadcast_to_and_handed_on": "arrays in a list, whose shadows are looked up",
    "packaged-spread_behind_a_number": "a list of which nothing is known, whose shadows are added into one another",
    "packaged-walked_and_counted": "a list of which nothing is known, whose shadows are added into one another",
    "packaged-hazard_by_its_slope": "the third derivative, of an instance that a gradient has captured",
    "callbacks-mapped_and_zipped": "a list that a generator's function writes, and that the loop looks up",
    "callbacks-accumulated_by_a_writer": "a list that a generator's function writes, and that the loop looks up",
    "callbacks-pivots": "a view of what only the run knows to be one",
    "callbacks-default_that_is_taken": "an item that is taken out of a dict",
    "callbacks-greatest_of_a_window": "the greatest item of a list",
    "callbacks-taken_off_a_list": "a list whose shadows are added into one another",
    "callbacks-each_round_its_default": "a default that a function has captured",
    "packaged-windows_handed_on": "arrays in a list, whose shadows are looked up",
}
"""The gradient is right, and that of the gradient is refused."""
