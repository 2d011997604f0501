namespace StreamSocial.Dashboard.Sources;

internal static class ClusterSourceServices
{
    /// <summary>Adds the source that the options name.</summary>
    public static void AddClusterSource(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IClusterSource, DemoClusterSource>();
    }
}
