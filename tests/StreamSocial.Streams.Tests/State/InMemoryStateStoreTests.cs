using StreamSocial.Streams.State;

namespace StreamSocial.Streams.Tests.State;

public sealed class InMemoryStateStoreTests : StateStoreTests
{
    private protected override IStoreFactory Factory => InMemoryStores.Instance;
}
