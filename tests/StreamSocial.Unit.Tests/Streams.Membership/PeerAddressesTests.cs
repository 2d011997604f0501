using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StreamSocial.Streams.Membership.Peers;

namespace StreamSocial.Unit.Tests.Streams.Membership;

public sealed class PeerAddressesTests
{
    [Theory]
    [InlineData("http://127.0.0.1:5000")]
    [InlineData("https://localhost:5001/")]
    [InlineData("http://[::1]:5000")]
    public void IsAllowed_Loopback_Always(string address) => Assert.True(Addresses(null).IsAllowed(new Uri(address)));

    [Theory]
    [InlineData("http://10.0.0.7:8080")]
    [InlineData("http://feed-generator-0.example.org")]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://127.0.0.1:5000/admin")]
    [InlineData("http://127.0.0.1:5000/?a=b")]
    [InlineData("http://127.0.0.1:5000/#a")]
    [InlineData("http://user:secret@127.0.0.1:5000/")]
    [InlineData("http://127.0.0.1.example.org:5000/")]
    public void IsAllowed_NotJustALoopbackHost_Never(string address) => Assert.False(Addresses(null).IsAllowed(new Uri(address)));

    [Theory]
    [InlineData("*.svc.cluster.local", "http://pod.feeds.svc.cluster.local:8080", true)]
    [InlineData("*.svc.cluster.local", "http://svc.cluster.local:8080", false)]
    [InlineData("*.svc.cluster.local", "http://evilsvc.cluster.local:8080", false)]
    [InlineData("*.svc.cluster.local", "http://a.svc.cluster.local.evil.org:8080", false)]
    [InlineData("a.example.org,b.example.org", "http://B.example.org", true)]
    [InlineData("a.example.org", "http://c.a.example.org", false)]
    [InlineData("10.0.0.0/8", "http://10.200.3.4:8080", true)]
    [InlineData("10.0.0.0/8", "http://11.0.0.1:8080", false)]
    [InlineData("10.0.0.0/8", "http://10.example.org:8080", false)]
    [InlineData("fd00::/8", "http://[fd00::1]:8080", true)]
    [InlineData("192.0.2.1", "http://192.0.2.1:8080", true)]
    [InlineData("192.0.2.1", "http://192.0.2.2:8080", false)]
    [InlineData("a.example.org", "http://a.example.org/path", false)]
    public void IsAllowed_ListedHost_AsTheListSays(string hosts, string address, bool isAllowed) =>
        Assert.Equal(isAllowed, Addresses(hosts).IsAllowed(new Uri(address)));

    private static PeerAddresses Addresses(string? hosts) => new(Options.Create(new PeersOptions { AllowedHosts = hosts }), NullLogger<PeerAddresses>.Instance);
}
