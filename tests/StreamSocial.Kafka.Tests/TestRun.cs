// One after the other: brokers, clients and the times that tests wait for share the machine's cores.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
