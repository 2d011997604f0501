using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>A Kafka broker in a container.</summary>
/// <param name="name">Name of the resource and of its connection string.</param>
public class KafkaServerResource(string name) : ContainerResource(name), IResourceWithConnectionString, IResourceWithEnvironment
{
    internal const string PrimaryEndpointName = "tcp";
    internal const string InternalEndpointName = "internal";

    private EndpointReference? _primary;
    private EndpointReference? _internal;

    /// <summary>Where processes of this machine find the broker.</summary>
    public EndpointReference PrimaryEndpoint => _primary ??= new EndpointReference(this, PrimaryEndpointName, KnownNetworkIdentifiers.LocalhostNetwork);

    /// <summary>Where other containers find the broker.</summary>
    public EndpointReference InternalEndpoint => _internal ??= new EndpointReference(this, InternalEndpointName, KnownNetworkIdentifiers.DefaultAspireContainerNetwork);

    /// <summary>Host of <see cref="PrimaryEndpoint"/>.</summary>
    public EndpointReferenceExpression Host => PrimaryEndpoint.Property(EndpointProperty.Host);

    /// <summary>Port of <see cref="PrimaryEndpoint"/>.</summary>
    public EndpointReferenceExpression Port => PrimaryEndpoint.Property(EndpointProperty.Port);

    /// <summary>Bootstrap server of <see cref="PrimaryEndpoint"/>.</summary>
    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.HostAndPort)}");
}

/// <summary>Kafka UI in a container.</summary>
/// <param name="name">Name of the resource.</param>
public sealed class KafkaUIContainerResource(string name) : ContainerResource(name);
