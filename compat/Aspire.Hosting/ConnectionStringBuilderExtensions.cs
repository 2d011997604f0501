using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static class ConnectionStringBuilderExtensions
{
    /// <summary>Adds a connection string that runs once all resources in it have started.</summary>
    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(
        this IDistributedApplicationBuilder builder, string name, ReferenceExpression connectionStringExpression)
    {
        var connectionString = builder.AddResource(new ConnectionStringResource(name, connectionStringExpression));
        foreach (var resource in ResourcesIn(connectionStringExpression).Distinct().Where(r => r is not IResourceWithoutLifetime))
            connectionString.WaitForStart(builder.CreateResourceBuilder(resource));

        return connectionString.OnInitializeResource(static async (resource, initialize, cancellationToken) =>
        {
            await initialize.Notifications.WaitForDependenciesAsync(resource, cancellationToken);
            await initialize.Notifications.PublishUpdateAsync(resource, snapshot => snapshot with
            {
                State = KnownResourceStates.Running,
                HealthReports = [.. resource.Annotations.OfType<HealthCheckAnnotation>().Select(h => new HealthReportSnapshot(h.Key, null, null, null))],
            });
        });
    }

    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(
        this IDistributedApplicationBuilder builder, string name, Action<ReferenceExpressionBuilder> connectionStringBuilder)
    {
        var expression = new ReferenceExpressionBuilder();
        connectionStringBuilder(expression);
        return builder.AddConnectionString(name, expression.Build());
    }

    private static IEnumerable<IResource> ResourcesIn(IValueWithReferences value) => value.References.SelectMany(reference => reference switch
    {
        IResource resource => [resource],
        IValueWithReferences nested => ResourcesIn(nested),
        _ => Enumerable.Empty<IResource>(),
    });
}
