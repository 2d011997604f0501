// Two at a time: many of them wait for a group or a broker, and one that harms brokers starts its own. More would be late for the times that they wait for.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
