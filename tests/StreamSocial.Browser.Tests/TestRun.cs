// Four at a time on two cores: most of them wait, for a snapshot that comes each second or to see that nothing comes.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
